/// What programs find in their environment: children, and tools beside the tree.
///
/// Takes the environment supervise was started with byte for byte. Sets nothing and starts nothing;
/// what it makes is handed to whoever does.
///
/// - A child's: [ChildEnvironment] puts the layers together; [AccountEnvironment] is what belongs
///   to another user; [EnvFile] reads the text of an `envFile`; [EnvBlock] is the result as a
///   kernel keeps it.
/// - Beside the tree: [Exports], ports and what the script exports.
///
/// A child's environment is made on a thread that may wait, as files and accounts do; never on the
/// loop. Late values of [Exports] are evaluated on virtual threads, anew each time. [EnvFile] is
/// pure; [EnvBlock] and [ChildEnvironment] are immutable.
///
/// Start reading at [ChildEnvironment], then [Exports].
@NullMarked
package dev.supervise.worker.environment;

import org.jspecify.annotations.NullMarked;
