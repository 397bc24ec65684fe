/** The one place that knows how Leaflet comes: its own minified build, which sets window.L. */

import "leaflet";

export default globalThis.L;
