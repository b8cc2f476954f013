package dev.supervise.dsl;

import java.nio.file.Path;

/// A script file of a load.
///
/// @param path absolute, without `..` or links
/// @param shown as the user gave it
record SourceFile(Path path, String shown, String text) {}
