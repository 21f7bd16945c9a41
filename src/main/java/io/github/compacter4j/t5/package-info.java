/** T5: configuration, encoder, decoder, attention, relative position bias, generation. */
package io.github.compacter4j.t5;
