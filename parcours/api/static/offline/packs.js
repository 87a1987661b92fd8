// What is saved on this phone: choose, save, look for changes, delete. Nothing happens without a tap.
import { day, fill, make, said, size } from "./card.js";
import { difference, packs, remove, save } from "./store.js";

const told = document.getElementById("told");
const tell = (text) => { told.textContent = text; };
const trouble = (error) => tell(error?.name === "QuotaExceededError" ? said.full : said.failed);
const count = (pack) => Object.keys(pack.records).length;

// The worker keeps the pages of a language; without it a pack is of no use.
async function keepPages(language) {
  await navigator.serviceWorker.register("/sw.js");
  const { active } = await navigator.serviceWorker.ready;
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((resolve) => { port1.onmessage = ({ data }) => resolve(data); });
  active.postMessage({ language }, [port2]);
  if ((await answer) !== "kept") throw new Error("pages");
}

async function saveChosen(button, area, languages, changed) {
  button.disabled = true;
  tell(said.saving);
  try {
    const isKept = await navigator.storage?.persist?.();
    for (const language of languages) {
      await keepPages(language);
      await save({ area: area.value, title: area.selectedOptions[0].text, language });
    }
    tell(`${said.done} ${isKept ? said.keeps : said.mayDrop}`);
    await changed();
  } catch (error) {
    trouble(error);
  }
  button.disabled = false;
}

async function look(pack, place, changed) {
  try {
    const answer = await difference(pack);
    const n = answer.told.records.length + answer.told.gone.length;
    if (!answer.told.whole && !n) {
      await save(pack, answer);
      place.replaceChildren(said.none);
      return;
    }
    const update = make("button", { type: "button" }, said.update);
    update.addEventListener("click", async () => {
      try {
        await save(pack, answer);
        await keepPages(pack.language);
        tell(fill(said.updated, { size: size(answer.bytes) }));
        await changed();
      } catch (error) {
        trouble(error);
      }
    });
    place.replaceChildren(fill(answer.told.whole ? said.whole : said.waiting, { n, size: size(answer.bytes) }), " ", update);
  } catch (error) {
    trouble(error);
  }
}

function box(pack, changed) {
  const waiting = make("p", { role: "status" });
  const again = make("button", { type: "button", class: "button-quiet" }, said.look);
  const away = make("button", { type: "button", class: "button-quiet" }, said.delete);
  again.addEventListener("click", () => look(pack, waiting, changed));
  away.addEventListener("click", async () => {
    await remove(pack.name);
    tell(fill(said.deleted, { size: size(pack.bytes) }));
    await changed();
  });
  const name = new Intl.DisplayNames([document.documentElement.lang], { type: "language" }).of(pack.language);
  const line = fill(said.saved, { day: day(pack.savedAt), size: size(pack.bytes), n: count(pack) });
  return make("div", { class: "offline-pack" }, make("h3", {}, `${pack.title} · ${name}`), make("p", { class: "small" }, line), waiting, make("p", { class: "actions" }, again, away));
}

export async function manage(changed) {
  const area = document.getElementById("save-area"), button = document.getElementById("save");
  const chosen = () => [...document.querySelectorAll("[name=save-language]:checked")].map((one) => one.value);
  const weigh = () => {
    document.getElementById("size").textContent = size(Number(area.selectedOptions[0].dataset.bytes) * Math.max(1, chosen().length));
    button.disabled = !chosen().length;
  };
  const again = async () => {
    const all = await packs();
    document.getElementById("saved").replaceChildren(...all.map((pack) => box(pack, again)));
    await changed(all);
  };
  if (!("serviceWorker" in navigator) || !("indexedDB" in window)) return tell(said.insecure);
  document.getElementById("choose").hidden = false;
  document.getElementById("choose").addEventListener("change", weigh);
  button.addEventListener("click", () => saveChosen(button, area, chosen(), again));
  weigh();
  await again();
}
