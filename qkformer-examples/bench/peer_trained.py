"""Runs the peer's benchmark with given weights on given images.

  peer_trained.py PEER_DIR WEIGHTS.safetensors INPUT.safetensors [OPTION OF bench_torch.py ...]

WEIGHTS is a state_dict under the peer's own names; INPUT holds `images` [B, C, H, W] and `labels` [B] of the batch that
the options ask for, as `bench --export-input` writes them. The peer itself is left as it is.
"""
import json
import struct
import sys

import torch

TYPES = {'F32': torch.float32, 'I64': torch.int64}


def read_safetensors(path):
    with open(path, 'rb') as file:
        length, = struct.unpack('<Q', file.read(8))
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    tensors = {}
    for name, entry in header.items():
        if name != '__metadata__':
            begin, end = entry['data_offsets']
            values = torch.frombuffer(data[begin:end], dtype=TYPES[entry['dtype']])
            tensors[name] = values.reshape(entry['shape'])
    return tensors


def main():
    peer, weights, given, *options = sys.argv[1:]
    sys.path.insert(0, peer)
    import bench_torch

    fresh = bench_torch.setup

    def setup(arguments):
        model, x, y, side = fresh(arguments)
        model.load_state_dict(read_safetensors(weights))
        batch = read_safetensors(given)
        if batch['images'].shape != x.shape:
            raise SystemExit(f'error: {given} holds images {tuple(batch["images"].shape)}, expected {tuple(x.shape)}')
        # in place, so that the memory format stays what the options made it
        x.copy_(batch['images'])
        y.copy_(batch['labels'])
        return model, x, y, side

    bench_torch.setup = setup
    sys.argv = ['bench_torch.py', *options]
    bench_torch.main()


if __name__ == '__main__':
    main()
