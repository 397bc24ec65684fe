/** Turns a draft into what the API takes: a GeoJSON Feature in EPSG:4326. */

/** The Feature; optional properties only where something was given. `at` is when it was written, also if it is sent much later. */
export function featureOf(draft, language, at = new Date()) {
  const properties = { client_id: draft.client_id, category: draft.category, text: draft.text.trim(), language, submitted_at: at.toISOString() };
  if (draft.mood !== "" && draft.mood !== undefined) properties.mood = Number(draft.mood);
  for (const name of ["contact_email", "contact_name"]) if (draft[name]?.trim()) properties[name] = draft[name].trim();
  if (draft.place.label) properties.place_label = draft.place.label;
  properties.place_source = draft.place.source;
  if (draft.place.source === "gps" && draft.accuracy_m) properties.accuracy_m = draft.accuracy_m;
  return { type: "Feature", geometry: draft.place.geometry, properties };
}
