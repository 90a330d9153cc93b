// The phone at the scene.
