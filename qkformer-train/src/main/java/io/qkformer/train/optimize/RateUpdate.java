package io.qkformer.train.optimize;

/** When the learning rate follows its schedule: timm's {@code sched_on_updates}. */
public enum RateUpdate {
  /** At the start of each epoch: the reference's CIFAR and event recipes. */
  PER_EPOCH,
  /** Before each step: the reference's ImageNet recipe, and short trainings. */
  PER_STEP
}
