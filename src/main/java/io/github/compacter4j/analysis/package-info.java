/**
 * Weights under the microscope, in double precision with ND4J: the dense form of PHM layers by
 * explicit Kronecker products, their rank, and what trained adapters have in common. It shares no
 * code with the layers that train, so that each can check the other.
 */
package io.github.compacter4j.analysis;
