// Chosen files say their names; photos are made small before they travel.
import { shrink } from "../field/photos.js";

addEventListener("change", async (event) => {
  const input = event.target;
  if (!input.matches?.(".upload input[type=file]")) return;
  const said = input.closest(".upload").querySelector("[data-chosen]");
  said.textContent = "正在处理…";
  const small = new DataTransfer();
  for (const file of input.files) {
    const blob = await shrink(file);
    small.items.add(blob === file ? file : new File([blob], file.name.replace(/\.\w+$/, ".jpg"), { type: blob.type }));
  }
  input.files = small.files;
  said.textContent = [...input.files].map((file) => `${file.name}（${Math.max(1, Math.round(file.size / 1024))} kB）`).join("、");
});
