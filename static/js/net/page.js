/** Reads a page of ours without leaving the one that is open. */

/** The answer, and its document; rejects when the server cannot be reached. `body` makes it a form that is sent. */
export async function fetchPage(address, body = undefined) {
  const answer = await fetch(address, { method: body ? "POST" : "GET", body, headers: { Accept: "text/html" } });
  return { answer, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
}

/** The fields of a form as a browser would send them when this button was pressed. */
export function fieldsOf(form, button) {
  const fields = new URLSearchParams(new FormData(form));
  if (button?.name) fields.append(button.name, button.value);
  return fields;
}
