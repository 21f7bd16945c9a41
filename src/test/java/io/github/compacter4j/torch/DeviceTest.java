package io.github.compacter4j.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import io.github.compacter4j.UserException;
import org.junit.jupiter.api.Test;

/** Where arrays live. */
class DeviceTest {
  @Test
  void withoutAGpuAutoIsTheCpu() {
    assumeFalse(Engine.getEngine("PyTorch").getGpuCount() > 0, "this machine has a CUDA device");
    Torch.setDevice("auto");
    assertEquals(Device.cpu(), Torch.device());
    try (NDManager manager = Torch.newManager()) {
      assertEquals(Device.cpu(), manager.getDevice());
    }
    UserException error = assertThrows(UserException.class, () -> Torch.setDevice("cuda"));
    assertTrue(error.getMessage().contains("sees none"), error.getMessage());
  }

  @Test
  void anUnknownDeviceNamesTheKnownOnes() {
    UserException error = assertThrows(UserException.class, () -> Torch.setDevice("gpu"));
    assertTrue(error.getMessage().contains("auto cpu cuda"), error.getMessage());
  }

  @Test
  void librariesForCudaNeedAGpu() {
    Libtorch.requireGpu("cpu", () -> false);
    Libtorch.requireGpu("cu124", () -> true);
    UserException error =
        assertThrows(UserException.class, () -> Libtorch.requireGpu("cu124", () -> false));
    assertTrue(error.getMessage().contains("without -Pcuda"), error.getMessage());
  }
}
