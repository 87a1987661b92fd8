// What the search can do only with scripts: the phone's position, sent when one taps; a search without result, counted.
const NEAR = 1000; // a thousandth of a degree, about 100 m: enough to say how far a door is

function near(form) {
  const button = form.querySelector(".near-me");
  if (!button || !("geolocation" in navigator)) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.lat.value = Math.round(coords.latitude * NEAR) / NEAR;
        form.elements.lon.value = Math.round(coords.longitude * NEAR) / NEAR;
        form.elements.place.value = "";
        button.removeAttribute("aria-busy");
        form.requestSubmit();
      },
      () => {
        button.removeAttribute("aria-busy");
        form.elements.place.focus();
      },
      { maximumAge: 60000, timeout: 10000 },
    );
  });
  form.elements.place.addEventListener("input", () => {
    form.elements.lat.value = form.elements.lon.value = "";
  });
}

// Once for each search and tab, and without waiting for an answer.
function note(form) {
  const key = `missed ${location.search}`;
  try {
    if (sessionStorage.getItem(key)) return;
    sessionStorage.setItem(key, "1");
  } catch { return; }
  const told = new FormData(form);
  told.append("quiet", "1");
  navigator.sendBeacon(form.action, told);
}

const look = () => document.querySelectorAll("form.miss").forEach(note);
document.querySelectorAll("form.search-form").forEach(near);
document.body.addEventListener("htmx:afterSettle", look);
look();
