// The page is self-contained: export.py embeds the constants, the network and the kernel.
"use strict";

const DATA = JSON.parse(document.getElementById("page").textContent);
const CONSTANTS = DATA.constants;
