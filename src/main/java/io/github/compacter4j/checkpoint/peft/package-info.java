/** What Python's {@code peft} library writes and reads, one form a method. */
package io.github.compacter4j.checkpoint.peft;
