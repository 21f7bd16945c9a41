/** The Hugging Face hub: its protocol, and its cache as Python's client lays it out. */
package io.github.compacter4j.hub;
