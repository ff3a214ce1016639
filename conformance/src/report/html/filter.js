(() => {
  const form = document.getElementById("filter");
  const find = document.getElementById("find");
  const nothing = document.getElementById("nothing");
  const articles = [...document.querySelectorAll("#scenarios > article")].map((element) => ({
    element,
    outcomes: element.dataset.outcomes.split(" "),
    text: element.textContent.toLowerCase(),
  }));
  const apply = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const outcome = form.elements.outcome.value;
    let shown = 0;
    for (const { element, outcomes, text } of articles) {
      const fits = (!outcome || outcomes.includes(outcome)) && words.every((word) => text.includes(word));
      element.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    nothing.hidden = shown > 0;
  };
  // A link into the report shows its target even if the filter hides it.
  const arrive = () => {
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!place) return;
    const article = place.closest("article");
    if (article && article.hidden) {
      form.reset();
      apply();
      place.scrollIntoView();
    }
    const details = place.querySelector(":scope > details");
    if (details) details.open = true;
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", arrive);
  arrive();
})();
