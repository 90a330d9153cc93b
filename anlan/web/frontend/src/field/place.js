// Where am I: position with its accuracy, and the grid or village that it lies in.
const RAD = Math.PI / 180;

export function metres(a, b) {
  const x = (b.lon - a.lon) * RAD * Math.cos(((a.lat + b.lat) / 2) * RAD);
  const y = (b.lat - a.lat) * RAD;
  return Math.hypot(x, y) * 6371000;
}

export function position(options = {}) {
  return new Promise((done) => {
    if (!navigator.geolocation) return done({ trouble: "这台设备不能定位" });
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => done({ lon: coords.longitude, lat: coords.latitude, accuracy: Math.round(coords.accuracy) }),
      (error) => done({ trouble: error.code === 1 ? "没有允许定位" : "暂时定不到位置" }),
      { enableHighAccuracy: true, timeout: 12000, maximumAge: 30000, ...options },
    );
  });
}

// The server knows outlines; without a signal the nearest known centre is the best guess.
export async function areaAt(spot, reference) {
  try {
    const answer = await fetch(`/field/place/?lon=${spot.lon}&lat=${spot.lat}`, { headers: { Accept: "application/json" } });
    if (answer.ok) return await answer.json();
  } catch {
    // no signal: guess below
  }
  const near = reference.areas
    .filter((area) => area.lon !== null && ["GRID", "VILLAGE"].includes(area.level))
    .map((area) => ({ ...area, away: metres(spot, area) }))
    .sort((a, b) => a.away - b.away);
  return near.length ? { ...near[0], guessed: true } : null;
}
