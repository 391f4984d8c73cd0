"use strict";
// Ticks and ticket numbers that stay in this browser, copy buttons, and the command with the ticket's number.
// Without this script the page reads the same; what needs it is hidden until it runs.
(() => {
  const prefix = "csp-config " + document.getElementById("runbook").dataset.plan + " ";
  const kept = {
    get(key) { try { return localStorage.getItem(prefix + key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(prefix + key, value); } catch { /* a private window keeps nothing */ } },
  };
  for (const element of document.querySelectorAll("[data-script]")) element.hidden = false;

  const ticks = [...document.querySelectorAll("input[data-tick]")];
  const whole = ticks.filter((tick) => tick.dataset.whole !== undefined);
  const show = () => {
    for (const tick of whole) tick.closest(".task").classList.toggle("done", tick.checked);
    const done = whole.filter((tick) => tick.checked).length;
    document.getElementById("progress").textContent = whole.length ? `${done} of ${whole.length} done.` : "";
  };
  for (const tick of ticks) {
    tick.checked = kept.get(tick.dataset.tick) === "yes";
    tick.addEventListener("change", () => { kept.set(tick.dataset.tick, tick.checked ? "yes" : "no"); show(); });
  }
  show();

  for (const field of document.querySelectorAll("input[data-ticket]")) {
    const command = document.getElementById(field.dataset.ticket);
    const build = () => {
      const number = field.value.replace(/[^A-Za-z0-9-]/g, "").slice(0, 40);
      command.textContent = `${field.dataset.command} ${/[0-9]/.test(number) ? number : "NUMBER"}`;
    };
    field.value = kept.get(field.dataset.keep) || "";
    field.addEventListener("input", () => { kept.set(field.dataset.keep, field.value); build(); });
    build();
  }

  const select = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.addEventListener("click", async () => {
      const element = document.getElementById(button.dataset.copy);
      let copied = true;
      try { await navigator.clipboard.writeText(element.textContent.trim()); } catch {
        select(element);
        copied = document.execCommand("copy");
      }
      const said = button.firstChild;
      said.textContent = copied ? "Copied" : "Selected: press Ctrl+C";
      setTimeout(() => { said.textContent = "Copy"; }, 2000);
    });
  }
})();
