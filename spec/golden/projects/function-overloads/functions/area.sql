w * w
