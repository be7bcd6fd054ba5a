package io.qkformer.examples.report;

import java.io.IOException;
import java.util.Optional;

/** A part of a report: a heading and what stands below it. */
public interface ReportSection {

  /** The heading's place in the page, for links: small letters, digits and dashes. */
  String id();

  /** The heading, as text. */
  String title();

  /**
   * What stands below the heading.
   *
   * @param run what the report is about
   * @return well-formed HTML that refers to nothing outside of the page; empty when there is nothing to say
   * @throws IOException when something cannot be read
   */
  Optional<String> html(ReportedRun run) throws IOException;
}
