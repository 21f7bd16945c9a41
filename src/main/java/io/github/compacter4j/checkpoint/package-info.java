/**
 * Files of tensors: safetensors, T5 checkpoints in Hugging Face layout, adapters, the hub's cache.
 */
package io.github.compacter4j.checkpoint;
