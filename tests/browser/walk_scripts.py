"""What tests ask a phone's page on a walk, in its own language."""

MANY = """async ([slug, from, to]) => {
  const { saveObservation } = await import("#walk/store");
  const { newRecord } = await import("#walk/states");
  const { uuid } = await import("#lib/uuid");
  const group = JSON.parse(document.getElementById("page").textContent).groups[0].id;
  for (let i = from; i <= to; i += 1) {
    const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
    const pen = canvas.getContext("2d");
    pen.fillStyle = `hsl(${i * 12} 80% 50%)`;
    pen.fillRect(0, 0, 320, 240);
    const photo = { client_id: uuid(), blob: await new Promise((done) => canvas.toBlob(done, "image/jpeg")) };
    const at = new Date().toISOString();
    const body = { observed_at: at, group_id: group, category: "lighting", polarity: "insecure", severity: 2,
      text: `Nummer ${i}`, light: null, said_by: "unknown", is_acute: false, point_source: "gps", stop_id: null,
      accuracy_m: 9, place: { type: "Point", coordinates: [13.157, 55.375 + i / 1e5] } };
    await saveObservation(newRecord(slug, uuid(), body, [photo], at), [photo]);
  }
}"""

PHOTOS_LEFT = """() => new Promise((done) => {
  const asked = indexedDB.open("mapdialog-walks");
  asked.onsuccess = () => {
    const counted = asked.result.transaction("photos").objectStore("photos").count();
    counted.onsuccess = () => done(counted.result);
  };
})"""

LEFT_BEHIND = """async () => [
  await new Promise((done) => {
    const asked = indexedDB.open("mapdialog-walks");
    asked.onsuccess = () => {
      const names = [...asked.result.objectStoreNames];
      const stores = asked.result.transaction(names);
      const counts = names.map((name) => stores.objectStore(name).count());
      stores.oncomplete = () => done(counts.reduce((all, { result }) => all + result, 0));
    };
  }),
  (await caches.keys()).filter((name) => name.startsWith("walk:")),
  Object.keys(localStorage).filter((key) => key.startsWith("walk-trygg")),
]"""

# What of the box is under the bar on top or the button that saves, in pixels.
COVERED = """() => {
  const [call, head, foot] = ["#call", ".wa-head", "#observation .wa-foot"]
    .map((one) => document.querySelector(one).getBoundingClientRect());
  return Math.max(0, head.bottom - call.top, call.bottom - foot.top);
}"""

# Whether what is pointed out is seen, and lies under nothing.
SEEN = """(one) => {
  const { left, top, height } = document.querySelector(one).getBoundingClientRect();
  return document.elementFromPoint(left + 5, top + height / 2) === document.querySelector(one);
}"""

# From the cross to the phone's own place, which the map was opened at, in pixels.
APART = """() => {
  const [cross, me] = [".wa-cross", ".my-place"].map((one) => {
    const { left, top, width, height } = document.querySelector(one).getBoundingClientRect();
    return [left + width / 2, top + height / 2];
  });
  return Math.hypot(cross[0] - me[0], cross[1] - me[1]);
}"""
