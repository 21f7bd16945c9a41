package io.github.compacter4j.torch;

import ai.djl.ndarray.NDManager;
import java.lang.reflect.Field;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** Counts the arrays that are alive: those in the managers of some owners and in Torch's own. */
public final class LiveArrays {
  private LiveArrays() {}

  /** Arrays in every manager that these objects hold in their fields, and in the root manager. */
  public static int heldBy(Object... owners) {
    Set<NDManager> managers = Collections.newSetFromMap(new IdentityHashMap<>());
    managers.add(Torch.root());
    for (Object owner : owners) {
      int before = managers.size();
      for (Field field : owner.getClass().getDeclaredFields()) {
        add(managers, owner, field);
      }
      if (managers.size() == before) {
        throw new AssertionError(owner.getClass() + " holds no manager");
      }
    }
    return managers.stream().mapToInt(manager -> manager.getManagedArrays().size()).sum();
  }

  private static void add(Set<NDManager> managers, Object owner, Field field) {
    if (NDManager.class.isAssignableFrom(field.getType())) {
      try {
        field.setAccessible(true);
        managers.add((NDManager) field.get(owner));
      } catch (IllegalAccessException e) {
        throw new AssertionError(e);
      }
    }
  }
}
