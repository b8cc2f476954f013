/// Text and plain values: JSON, durations, names that were probably meant, and what may be shown.
///
/// Knows nothing of units, opens nothing, prints nothing.
///
/// - JSON: [Json], and [InvalidJson] for what is none.
/// - For people: [DurationText], [Nearest].
/// - What may be shown: [Secrets] blots texts out, [Guessable] are those that stand in ordinary
///   text by chance, [Printable] takes from others' text what would act on a terminal.
///
/// Pure, but for [Secrets]: it is one object a process, any thread adds and masks, and what was
/// added is never taken away. What masks a stream piece by piece belongs to one thread at a time.
///
/// Start reading at [Secrets], then [Json].
@NullMarked
package dev.supervise.text;

import org.jspecify.annotations.NullMarked;
