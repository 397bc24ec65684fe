/** Keeps what a form was sent with in this tab until the server has said that it took it: a broken answer loses nothing. */

const PREFIX = "kept form ";

const keyOf = (form) => PREFIX + [form.getAttribute("action"), ...new FormData(form).getAll("ids")].join(" ");
const fieldsOf = (form) => [...form.querySelectorAll("textarea, input[type=text]")].filter((field) => field.name);

/** Remembers the form's texts whenever it is sent, and writes them back when its page is opened again without them. */
export function keepForm(form, { storage = sessionStorage, wasTaken = false } = {}) {
  if (wasTaken) for (const key of Object.keys(storage)) if (key.startsWith(PREFIX)) storage.removeItem(key);
  if (!form) return false;
  const key = keyOf(form);
  const kept = JSON.parse(storage.getItem(key) ?? "null");
  storage.removeItem(key);
  form.addEventListener("submit", () => {
    storage.setItem(key, JSON.stringify(Object.fromEntries(fieldsOf(form).map((field) => [field.name, field.value]))));
  });
  // A page that the server filled in itself, with errors or a colleague's wording beside it, knows better.
  const missing = fieldsOf(form).filter((field) => kept?.[field.name] && !field.value);
  for (const field of missing) field.value = kept[field.name];
  return missing.length > 0;
}
