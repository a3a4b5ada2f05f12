// Light, dark or as the system has it. A classic script in the head: the page is never drawn in the wrong colours first.
(() => {
  const themes = ["auto", "light", "dark"];
  const system = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;

  const stored = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // Storage can be forbidden.
    }
  };

  function apply(theme) {
    const before = root.dataset.colours;
    root.dataset.theme = theme;
    root.dataset.colours = theme === "auto" ? (system.matches ? "dark" : "light") : theme;
    if (root.dataset.colours !== before)
      dispatchEvent(new Event("colours"));
    const button = document.getElementById("theme");
    if (button)
      button.textContent = `Theme: ${theme}`;
  }

  apply(themes.includes(stored()) ? stored() : "auto");
  system.addEventListener("change", () => apply(root.dataset.theme));
  addEventListener("DOMContentLoaded", () => {
    apply(root.dataset.theme);
    document.getElementById("theme").addEventListener("click", () => {
      const next = themes[(themes.indexOf(root.dataset.theme) + 1) % themes.length];
      try {
        localStorage.setItem("theme", next);
      } catch {
        // It holds as long as the page does.
      }
      apply(next);
    });
  });
})();
