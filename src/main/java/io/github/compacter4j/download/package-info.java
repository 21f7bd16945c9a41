/** Downloads that go on where they broke off, are checked, and happen once among processes. */
package io.github.compacter4j.download;
