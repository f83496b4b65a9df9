/** Puts a text on the clipboard; the older way serves pages that came over plain HTTP. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "visually-hidden";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

/** Puts a text on the clipboard with its form: programs that know links take them, others the plain text. */
export async function copyBlock({ plain, html }: { plain: string; html: string }): Promise<boolean> {
  try {
    const of = (type: string, text: string) => new Blob([text], { type });
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": of("text/plain", plain), "text/html": of("text/html", html) })]);
    return true;
  } catch {
    return copyText(plain);
  }
}
