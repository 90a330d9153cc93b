// Photos from the camera: made small before they travel, shown at once, removable.
const LONGEST = 1600;
const QUALITY = 0.82;

export async function shrink(file) {
  if (!file.type.startsWith("image/")) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return small && small.size < file.size ? small : file;
  } catch {
    return file; // a format this browser cannot draw: the server judges it
  }
}

// One strip of photos: an <input type=file> in a tile, thumbnails before it.
export class Strip {
  constructor(box, phase, onChange) {
    this.box = box;
    this.phase = phase;
    this.onChange = onChange;
    this.photos = [];
    this.input = box.querySelector("input[type=file]");
    this.input.addEventListener("change", () => this.take([...this.input.files]));
    if (this.input.files.length) this.take([...this.input.files]); // taken before we were ready
  }

  async take(files) {
    this.input.value = "";
    for (const file of files) {
      const blob = await shrink(file);
      this.photos.push({ name: file.name?.replace(/\.\w+$/, ".jpg") || "photo.jpg", blob, phase: this.phase });
    }
    this.draw();
    this.onChange();
  }

  put(photos) {
    this.photos = [...photos.filter((photo) => photo.phase === this.phase), ...this.photos];
    this.draw();
  }

  draw() {
    this.box.querySelectorAll(".shot").forEach((shot) => {
      URL.revokeObjectURL(shot.querySelector("img").src);
      shot.remove();
    });
    const tile = this.box.querySelector(".camera");
    this.photos.forEach((photo, number) => {
      const shot = document.createElement("div");
      shot.className = "shot";
      const image = document.createElement("img");
      image.src = URL.createObjectURL(photo.blob);
      image.alt = `照片${number + 1}`;
      const off = document.createElement("button");
      off.type = "button";
      off.setAttribute("aria-label", `删除照片${number + 1}`);
      off.textContent = "✕";
      off.addEventListener("click", () => {
        this.photos.splice(number, 1);
        this.draw();
        this.onChange();
      });
      shot.append(image, off);
      tile.before(shot);
    });
    this.box.classList.toggle("has-photos", this.photos.length > 0);
  }
}
