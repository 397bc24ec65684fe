/** The layer of contributions: asks for what the window shows, keeps markers that stay, and never draws more than it was given. */

import { API, getJson } from "#net/api";
import { afterQuiet } from "#lib/dom";
import L from "#map/leaflet";
import { boxOf } from "#map/map";
import { clusterMarker, pinMarker, shapeLayer } from "#map/pins";

const OTHER = { key: "other", label: "", polarity: "neutral", color: "#0072B2" };

/** Makes the layer. onOpen(receipt) for a pin; onCount(total) after each answer; onTrouble(problem) when none came. */
export function makeFeed(map, { slug, categories, onOpen, onCount = () => {}, onTrouble = () => {} }) {
  const byKey = new Map(categories.map((category) => [category.key, category]));
  const colours = Object.fromEntries(categories.map((category) => [category.key, category.color]));
  const layer = L.layerGroup().addTo(map);
  const markers = new Map();
  let filters = {};
  let selected = null;
  let lone = null;
  let running = null;

  async function load() {
    running?.abort();
    running = new AbortController();
    // Between two zooms the coarser one's clusters have room; the finer one's would cover each other.
    const query = new URLSearchParams({ bbox: boxOf(map).join(","), zoom: String(Math.floor(map.getZoom())), ...filters });
    try {
      show(await getJson(`${API}/dialogues/${encodeURIComponent(slug)}/contributions?${query}`, { signal: running.signal }));
    } catch (error) {
      if (error.name !== "AbortError") onTrouble(error);
    }
  }

  function show(collection) {
    const wanted = new Map(collection.features.map((feature) => [keyOf(feature), feature]));
    const hadFocus = layer.getLayers().some((marker) => marker.getElement() === document.activeElement);
    for (const [key, marker] of markers) {
      if (wanted.has(key)) continue;
      layer.removeLayer(marker);
      markers.delete(key);
    }
    for (const [key, feature] of wanted) if (!markers.has(key)) add(key, feature);
    mark();
    // A cluster that opened is gone; the keyboard then stands on the map, not at the top of the page.
    if (hadFocus && document.activeElement === document.body) map.getContainer().focus({ preventScroll: true });
    onCount(collection.total ?? collection.features.reduce((sum, one) => sum + (one.properties.count ?? 1), 0));
  }

  function add(key, { geometry, properties }) {
    const at = properties.anchor ?? geometry.coordinates;
    const category = byKey.get(properties.category) ?? OTHER;
    const marker = properties.cluster
      ? clusterMarker(at, properties.count, properties.categories, colours, () => zoomInto(at))
      : pinMarker(at, category, () => onOpen(properties.id));
    markers.set(key, marker.addTo(layer));
    if (properties.anchor) { // a line or an area lies under its pin and goes with it
      const shape = shapeLayer(geometry, category.color).addTo(map);
      marker.on("remove", () => shape.remove());
    }
  }

  const zoomInto = ([lon, lat]) => map.setView([lat, lon], Math.min(19, map.getZoom() + 2));

  /** The chosen pin is always seen, also when its place is inside a cluster. */
  function showLone() {
    lone?.remove();
    lone = null;
    if (!selected?.at || markers.has(selected.receipt)) return;
    lone = pinMarker(selected.at, byKey.get(selected.category) ?? OTHER, () => onOpen(selected.receipt)).addTo(map);
    lone.setZIndexOffset(2000);
    lone.getElement()?.classList.add("is-selected");
  }

  function mark() {
    showLone();
    for (const [key, marker] of markers) marker.getElement()?.classList.toggle("is-selected", key === selected?.receipt);
  }

  const loadSoon = afterQuiet(load, 120);
  map.on("moveend", loadSoon);
  return {
    load,
    filter(wanted) { filters = wanted; return load(); },
    /** Lifts a contribution's pin; at [lon, lat] and its category's key are where to show it while a cluster holds it. */
    select(receipt, at = null, category = "") { selected = receipt ? { receipt, at, category } : null; mark(); },
  };
}

function keyOf({ geometry, properties }) {
  return properties.cluster ? `${geometry.coordinates.map((n) => n.toFixed(6))}:${properties.count}` : properties.id;
}
