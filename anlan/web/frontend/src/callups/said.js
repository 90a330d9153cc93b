// The page's own toasts belong to the main bundle: it hears of one by an event.
export const toast = (words, detail = {}) => dispatchEvent(new CustomEvent("anlan:toast", { detail: { words, ...detail } }));
