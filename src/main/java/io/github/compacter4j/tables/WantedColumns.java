package io.github.compacter4j.tables;

import java.util.ArrayList;
import java.util.List;

/**
 * The columns that are wanted from a file.
 *
 * @param fields the wanted columns; where labelled, the last one is the label
 * @param labelled whether the label is wanted
 */
public record WantedColumns(List<Field> fields, boolean labelled) {
  /** These and further ones before them. */
  public WantedColumns after(List<Field> further) {
    List<Field> all = new ArrayList<>(further);
    all.addAll(fields);
    return new WantedColumns(List.copyOf(all), labelled);
  }

  /** Whether this is the place of the label. */
  public boolean isLabel(int index) {
    return labelled && index == fields.size() - 1;
  }

  /**
   * Where each wanted column stands in a header; -1 for one that is not there. A text may go by its
   * name or by the published header, a label by the latter alone.
   */
  int[] in(List<String> header) {
    int[] places = new int[fields.size()];
    for (int i = 0; i < places.length; i++) {
      int named = isLabel(i) ? -1 : header.indexOf(fields.get(i).name());
      places[i] = named >= 0 ? named : header.indexOf(fields.get(i).header());
    }
    return places;
  }
}
