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
