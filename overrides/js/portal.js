// Leaves the page fast and out of the history. Without this the link still works.
(function () {
  var exit = document.getElementById("exit");
  var key = document.getElementById("exit-key");
  var presses = [];
  if (!exit) return;
  function leave(event) {
    event.preventDefault();
    document.documentElement.hidden = true;
    location.replace(exit.href);
    sessionStorage.clear();
  }
  // Where there is hardly a keyboard, the hint would only take room.
  key.hidden = !matchMedia("(hover: hover) and (min-width: 40rem)").matches;
  exit.addEventListener("click", leave);
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") {
      presses = [];
      return;
    }
    presses.push(event.timeStamp);
    presses = presses.slice(-3);
    if (presses.length === 3 && presses[2] - presses[0] < 3000) leave(event);
  });
})();

// Keeps what was typed: when sending fails, when a link leads to the same form in another language,
// and, where the form allows it, as a draft in this tab.
(function (workers) {
  var form = document.getElementById("form");
  var unsent = document.getElementById("unsent");
  if (document.querySelector(".receipt")) sessionStorage.clear();
  if (!unsent) return;
  var fields = [].filter.call(form.elements, function (field) {
    return field.id && field.type !== "file";
  });

  function say(isBack) {
    unsent.children[0].hidden = isBack;
    unsent.children[1].hidden = !isBack;
  }
  function failed() {
    say(false);
    unsent.hidden = false;
    unsent.scrollIntoView({ block: "center" });
  }
  form.addEventListener("submit", function (event) {
    if (navigator.onLine) return;
    event.preventDefault();
    failed();
  });
  addEventListener("online", function () {
    say(true);
  });
  // The worker got no answer, and so let nobody leave the page.
  if (workers) workers.addEventListener("message", failed);

  document.addEventListener("click", function (event) {
    var link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey) return;
    if (link.pathname === location.pathname && !link.search) return;
    var button = form.querySelector(
      ["#form", "?also=de#form"].map(function (rest) {
        return '[formaction="' + link.pathname + link.search + rest + '"]';
      }),
    );
    var isFilled = fields.some(function (field) {
      return /te|em/.test(field.type) ? field.value : field.checked !== field.defaultChecked;
    });
    if (!button || !isFilled) return;
    event.preventDefault();
    button.click();
  });

  var draft = form.dataset.draft;
  if (!draft) return;
  // What the service filled in is newer than the draft.
  if (draft === "empty") {
    var kept = JSON.parse(sessionStorage.draft || "{}");
    fields.forEach(function (field) {
      var [value, checked] = kept[field.id] || [field.value, field.checked];
      field.value = value;
      field.checked = checked;
    });
  }
  form.addEventListener("input", function () {
    var entries = fields.map(function (field) {
      return [field.id, [field.value, field.checked]];
    });
    sessionStorage.draft = JSON.stringify(Object.fromEntries(entries));
  });
})(navigator.serviceWorker);

// Lets the worker keep the emergency page, once the reader has what they came for.
(function () {
  var workers = navigator.serviceWorker;
  var address = new URL("../sw.js", document.currentScript.src);
  if (!workers) return;
  function keep() {
    workers
      .register(address)
      .then(function () {
        return workers.ready;
      })
      .then(function (registration) {
        registration.active.postMessage("first");
      })
      // Private windows refuse it; the pages don't need it.
      .catch(function () {});
  }
  addEventListener("load", function () {
    setTimeout(keep, 3000);
  });
})();
