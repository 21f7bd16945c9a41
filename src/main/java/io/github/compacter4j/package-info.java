/** Parameter-efficient fine-tuning of T5 on the JVM, built around Compacter. */
package io.github.compacter4j;
