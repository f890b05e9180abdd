// Everything of this page is in it: constants, network and kernel are written into it by export.py.
"use strict";

const DATA = JSON.parse(document.getElementById("page").textContent);
const CONSTANTS = DATA.constants;
