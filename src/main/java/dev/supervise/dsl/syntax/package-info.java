/// A script's text in tokens, also where it cannot be read.
///
/// Never gives up on a text and never prints: what Groovy's lexer fails at becomes a value, and
/// reading goes on behind it.
///
/// - Reading: [Lexer] cuts a text into pieces, each a [Lexeme]; [Fault] is what cannot be read, and
///   why; [TopStatement] is what belongs together.
/// - With Groovy's own lexer: [GroovyTokens] asks it whether a text can be read.
/// - Going on in spite of a fault: [Mended] paints it over, and no place moves.
///
/// Pure; a [Lexer] belongs to one thread.
///
/// Start reading at [Lexer], then [Fault].
@NullMarked
package dev.supervise.dsl.syntax;

import org.jspecify.annotations.NullMarked;
