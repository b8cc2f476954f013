/// The prompt: a line that is edited at the lower edge of a terminal, and carried out over a
/// connection.
///
/// It asks through the connection, as any client does, and has no private way to the tree. It runs
/// no Groovy; a line that is no verb is sent to the instance.
///
/// - The prompt: [Repl] on a [Console]; [Muted] remembers whose output is hidden.
/// - One line: [Grammar] tells what it is, [Line] is the answer, [Commands] carries it out.
///
/// One thread reads keys and carries out lines (`Repl.run`). Printing above the line, the status
/// below it, and what is muted may come from any thread. [Commands] belongs to one thread.
/// [Grammar] is pure.
///
/// Start reading at [Repl], then [Grammar], then [Commands].
@NullMarked
package dev.supervise.repl;

import org.jspecify.annotations.NullMarked;
