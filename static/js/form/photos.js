/** Makes photos small enough for a phone's network before they are kept and sent. */

const LONGEST_PX = 2048;
const QUALITY = 0.85;

/** Width and height that fit within the longest side allowed, never larger than they were. */
export function fitted(width, height, longest = LONGEST_PX) {
  const scale = Math.min(1, longest / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

/** A smaller JPEG without metadata; the file itself where the browser can't read it (HEIC), since the server may. */
export async function makeSmaller(file, longest = LONGEST_PX) {
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const [width, height] = fitted(bitmap.width, bitmap.height, longest);
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width, height });
    canvas.getContext("2d").drawImage(bitmap, 0, 0, width, height);
    bitmap.close();
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    return blob ?? file; // always drawn anew: the copy carries no place and no time
  } catch {
    return file;
  }
}
