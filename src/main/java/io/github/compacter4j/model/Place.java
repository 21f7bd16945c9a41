package io.github.compacter4j.model;

/**
 * A sub-layer of one block; its output passes here before its dropout and the residual sum.
 *
 * @param stack encoder or decoder
 * @param block number of the block, from 0
 * @param subLayer the sub-layer
 */
public record Place(Stack stack, int block, SubLayer subLayer) {}
