package io.github.compacter4j.torch;

import ai.djl.ndarray.NDManager;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** Counts the arrays that are alive: those in the managers of some owners and in Torch's own. */
public final class LiveArrays {
  private static final String OURS = "io.github.compacter4j.";

  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<NDManager> managers = Collections.newSetFromMap(new IdentityHashMap<>());

  private LiveArrays() {
    managers.add(Torch.root());
  }

  /**
   * Arrays in every manager that these objects of ours hold, or objects of ours in their fields,
   * and in the root manager.
   */
  public static int heldBy(Object... owners) {
    LiveArrays arrays = new LiveArrays();
    for (Object owner : owners) {
      arrays.visit(owner);
    }
    if (arrays.managers.size() < 2) {
      throw new AssertionError("no manager found");
    }
    return arrays.managers.stream().mapToInt(m -> m.getManagedArrays().size()).sum();
  }

  private void visit(Object value) {
    if (value instanceof NDManager manager) {
      managers.add(manager);
    } else if (value != null
        && value.getClass().getName().startsWith(OURS)
        && !value.getClass().isHidden()
        && seen.add(value)) {
      for (Field field : value.getClass().getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
          visit(read(field, value));
        }
      }
    }
  }

  private static Object read(Field field, Object owner) {
    try {
      field.setAccessible(true);
      return field.get(owner);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
