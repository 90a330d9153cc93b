// What is near me: rows with data-lon and data-lat, sorted by distance once the position is known.
import { metres, position } from "./place.js";

export async function sortByDistance(list) {
  const said = document.querySelector("[data-position]");
  const spot = await position();
  if (spot.trouble) {
    if (said) said.textContent = `${spot.trouble}，按到期先后排列`;
    return;
  }
  if (said) said.textContent = `按离我的距离排列（精度${spot.accuracy}米）`;
  const rows = [...list.children].map((row) => {
    const { lon, lat } = row.dataset;
    return { row, away: lon && lat ? metres(spot, { lon: Number(lon), lat: Number(lat) }) : Infinity };
  });
  rows.sort((a, b) => a.away - b.away);
  for (const { row, away } of rows) {
    const shown = row.querySelector("[data-away]");
    if (shown && away < Infinity) shown.textContent = away < 1000 ? `${Math.round(away / 10) * 10}米` : `${(away / 1000).toFixed(1)}公里`;
    list.append(row);
  }
}
