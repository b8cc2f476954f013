package dev.supervise.cli;

import dev.supervise.verb.Verb;
import java.util.List;

/// A verb as a shell completes it.
///
/// @param options as typed
/// @param operand what follows it
record Command(String name, String purpose, List<String> options, Verb.Operand operand) {}
