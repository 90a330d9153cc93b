// As one types, the first few that fit, as large buttons; pressing one takes it.
export function offer(input, list, find, words, take) {
  input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  input.addEventListener("input", () => {
    const word = input.value.trim();
    const found = word ? find(word).slice(0, 8) : [];
    list.replaceChildren(...found.map((thing) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "choice";
      button.textContent = words(thing);
      button.addEventListener("click", () => { take(thing); list.replaceChildren(); });
      return button;
    }));
  });
}
