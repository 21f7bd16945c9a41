/** Text to token ids and back. */
package io.github.compacter4j.text;
