package dev.supervise.run;

import java.time.Duration;

/// A unit on the critical path of a start.
///
/// @param took from the moment the one before it on the path had come up, or from the beginning
public record CriticalPathStep(String path, Duration took) {}
