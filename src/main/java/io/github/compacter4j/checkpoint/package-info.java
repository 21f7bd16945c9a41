/** Files of tensors: safetensors, T5 checkpoints in Hugging Face layout, adapters, exports. */
package io.github.compacter4j.checkpoint;
