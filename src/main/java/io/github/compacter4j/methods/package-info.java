/** The ways of adapting T5: one file a method, what it inserts and what it trains. */
package io.github.compacter4j.methods;
