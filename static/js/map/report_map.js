// The map in a report's file. It stands inside the page as a plain script, since a file opened from disk loads no modules;
// what it draws stands in `reportData`. Everything people wrote becomes text nodes, never HTML.
/* global reportData */
{
  const pane = (map, name, zIndex) => {
    map.createPane(name).style.zIndex = zIndex;
    return name;
  };

  const textNode = (lines) => {
    const node = document.createElement("div");
    lines.forEach((line, index) => {
      const part = document.createElement(index ? "p" : "strong");
      part.textContent = line;
      node.append(part);
    });
    return node;
  };

  const fitted = (map, bounds) => {
    map.fitBounds(bounds, { animate: false, padding: [12, 12] });
    map.setMinZoom(Math.min(map.getZoom() - 2, 9));
  };

  /** The map itself: zoom with words for screen readers, a scale, nothing fetched. */
  function makeMap(id, options) {
    const words = reportData.words;
    const map = L.map(id, { ...options, zoomControl: false, attributionControl: false, zoomSnap: 0.5, maxZoom: 18 });
    L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    L.control.attribution({ prefix: false }).addAttribution(reportData.attribution).addTo(map);
    fitted(map, reportData.bounds);
    return map;
  }

  /** The built-in background: land, built-up areas, borders and as many names as fit. */
  function ground(map, key) {
    const data = reportData[key];
    const name = pane(map, "ground", 150);
    const group = L.layerGroup();
    const shapes = data.features.filter((feature) => feature.geometry.type !== "Point");
    L.geoJSON({ type: "FeatureCollection", features: shapes }, {
      pane: name, interactive: false, renderer: L.svg({ pane: name, padding: 0.4 }),
      style: (feature) => ({ className: `bg-land bg-${feature.properties.kind}`, smoothFactor: 0.8 }),
    }).addTo(group);
    const labels = L.layerGroup().addTo(group);
    map.getPane(pane(map, "names", 640)).style.pointerEvents = "none";
    const names = data.features.filter((feature) => feature.geometry.type === "Point");
    names.sort((a, b) => a.properties.rank - b.properties.rank);
    const put = () => putNames(map, labels, names);
    map.on("zoomend moveend", put);
    put();
    return group;
  }

  function putNames(map, labels, names) {
    labels.clearLayers();
    const taken = [];
    const box = map.getBounds();
    const zoom = map.getZoom();
    for (const { geometry, properties } of names) {
      const [lon, lat] = geometry.coordinates;
      if (properties.min_zoom > zoom || !box.contains([lat, lon])) continue;
      const at = map.latLngToContainerPoint([lat, lon]);
      const half = properties.name.length * 4.2 + 8;
      if (taken.some((other) => Math.abs(other.x - at.x) < half + other.half && Math.abs(other.y - at.y) < 22)) continue;
      taken.push({ x: at.x, y: at.y, half });
      const label = document.createElement("span");
      label.textContent = properties.name;
      L.marker([lat, lon], { pane: "names", interactive: false, keyboard: false,
        icon: L.divIcon({ className: `bg-label bg-label-${properties.kind}`, iconSize: [0, 0], html: label }) }).addTo(labels);
    }
  }

  /** Districts in the colours of their classes; their figures in a tooltip that also opens by touch. */
  function districts(map, field) {
    return L.geoJSON({ type: "FeatureCollection", features: reportData.districts }, {
      style: ({ properties }) => ({ color: "#16242d", weight: 1, opacity: 0.75, fillOpacity: 1,
        fillColor: properties.fills[field] }),
      onEachFeature: ({ properties }, layer) => {
        layer.bindTooltip(() => textNode(properties.lines), { sticky: true, className: "tip" });
        layer.on({ mouseover: () => layer.setStyle({ weight: 3 }), mouseout: () => layer.setStyle({ weight: 1 }) });
      },
    });
  }

  /** Borders alone, above the heat. */
  function borders(map) {
    const name = pane(map, "borders", 430);
    map.getPane(name).style.pointerEvents = "none";
    return L.geoJSON({ type: "FeatureCollection", features: reportData.districts }, {
      pane: name, interactive: false, renderer: L.svg({ pane: name, padding: 0.4 }),
      style: { color: "#16242d", weight: 1, opacity: 0.55, fill: false },
    });
  }

  /** The density: a picture that was looked up for every pixel, so that it lies right in web maps' projection. */
  function heat(map, key) {
    const { url, bounds, alt } = reportData[key];
    return L.imageOverlay(url, bounds, { pane: pane(map, "heat", 410), interactive: false, alt, className: "heat" });
  }

  /** Single contributions with their words. */
  function pins(map, key) {
    const name = pane(map, "pins", 645);
    const renderer = L.svg({ pane: name, padding: 0.4 });
    return L.layerGroup(reportData[key].map(([lat, lon, color, ...lines]) =>
      L.circleMarker([lat, lon], { pane: name, renderer, radius: 7, weight: 2, color: "#ffffff", fillColor: color, fillOpacity: 1,
        className: "dot" }).bindPopup(() => textNode(lines), { maxWidth: 280, maxHeight: 260, className: "words" })));
  }

  const blank = () => L.layerGroup();

  /** Each layer's part of the legend is there while the layer is. `parts` maps a layer's name to the part's id. */
  function legend(map, parts) {
    const show = (name, visible) => {
      const part = parts[name] && document.getElementById(parts[name]);
      if (part) part.hidden = !visible;
      const box = document.getElementById("legend");
      box.hidden = ![...box.children].some((child) => !child.hidden);
    };
    for (const label of document.querySelectorAll(".leaflet-control-layers label")) {
      show(label.textContent.trim(), label.querySelector("input").checked);
    }
    map.on("overlayadd", ({ name }) => show(name, true));
    map.on("overlayremove", ({ name }) => show(name, false));
    map.on("baselayerchange", ({ name }) => Object.keys(parts).forEach((other) => {
      const isBase = [...document.querySelectorAll(".leaflet-control-layers-base label")].some((label) => label.textContent.trim() === other);
      if (isBase) show(other, other === name);
    }));
    const box = document.getElementById("legend");
    map.getContainer().append(box);
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
    const switches = document.querySelector(".leaflet-control-layers");
    const toggle = switches.querySelector(".leaflet-control-layers-toggle");
    toggle.title = reportData.words.layers;
    // In a phone's narrow window the choice of layers starts folded away, and a touch on the map folds it again.
    if (window.matchMedia("(max-width: 640px)").matches) {
      const fold = () => switches.classList.remove("leaflet-control-layers-expanded");
      fold();
      map.on("click", fold);
    }
  }

  globalThis.reportMap = { map: makeMap, ground, districts, borders, heat, pins, blank, legend };
}
