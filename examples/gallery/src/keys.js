// From claim to claim by the keyboard; every link works without it.
const claims = [...document.querySelectorAll("section")];
const go = (element) => {
  element.focus({ preventScroll: true });
  element.scrollIntoView();
};
const at = () => claims.findLastIndex((claim) => claim.getBoundingClientRect().top < 10);
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "j" && at() + 1 < claims.length) go(claims[at() + 1]);
  if (event.key === "k" && at() >= 0) go(at() > 0 ? claims[at() - 1] : document.getElementById("top"));
  if (event.key === "t") go(document.getElementById("top"));
});
