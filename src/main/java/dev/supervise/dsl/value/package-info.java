/// The values that scripts write, and the marks by which the words say what they take.
///
/// Knows no unit, no block and no file. A value that is refused is refused without its place;
/// whoever called knows the line.
///
/// - Values: [Quantity] for durations and sizes, [QuantityExtension] for `5.seconds` in a script,
///   [Constant] for a bare name, [Interpolated] for a string with `${…}`, [PortSource] for free
///   ports, [Missing] for what could not be had.
/// - Marks on the words: [Word] makes a method a word, [Later] makes a closure code that runs after
///   the load.
/// - In messages: [WordError], [NearestName], [QuotedValue], [ClassNames], [MessageName].
///
/// Pure, but for a [PortSource], which whoever runs the script provides. Values are immutable and
/// may be read on any thread.
///
/// Start reading at [Word], then [Quantity], then [Constant].
@NullMarked
package dev.supervise.dsl.value;

import org.jspecify.annotations.NullMarked;
