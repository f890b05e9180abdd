;; The only slow step: weights slide over an image, one row of windows at a time.
;;
;; Four windows and eight filters are processed at once, in eight registers of four numbers each, so
;; that every number fetched from memory is used four or eight times. `kernel.js` lays out memory.
;; All addresses and lengths are in bytes. Results past the row's last window are written too: the
;; next row's overwrite them.
(module
  (memory (export "memory") 1)
  (func (export "correlate")
    (param $image i32)    ;; the first window's first number
    (param $step i32)     ;; from one window to the next
    (param $rows i32)     ;; in a window
    (param $length i32)   ;; of a window's row: columns and channels
    (param $pitch i32)    ;; from one row of the image to the next
    (param $weights i32)  ;; by group: for every number of a window, those of eight filters
    (param $out i32)      ;; by window: the results of all filters
    (param $windows i32)  ;; in a row
    (param $groups i32)   ;; of eight filters
    (local $stride i32) (local $left i32) (local $first i32) (local $start i32)
    (local $w i32) (local $y i32) (local $row i32) (local $end i32)
    (local $p0 i32) (local $p1 i32) (local $p2 i32) (local $p3 i32)
    (local $x v128) (local $wa v128) (local $wb v128)
    (local $a0 v128) (local $a1 v128) (local $a2 v128) (local $a3 v128)
    (local $b0 v128) (local $b1 v128) (local $b2 v128) (local $b3 v128)
    (local.set $stride (i32.shl (local.get $groups) (i32.const 5)))
    (loop $each_group
      (local.set $left (local.get $windows))
      (local.set $first (local.get $image))
      (local.set $y (local.get $out))
      (loop $each_four_windows
        (local.set $w (local.get $weights))
        (local.set $start (local.get $first))
        (local.set $row (local.get $rows))
        (local.set $a0 (v128.const f32x4 0 0 0 0))
        (local.set $a1 (local.get $a0)) (local.set $a2 (local.get $a0))
        (local.set $a3 (local.get $a0)) (local.set $b0 (local.get $a0))
        (local.set $b1 (local.get $a0)) (local.set $b2 (local.get $a0))
        (local.set $b3 (local.get $a0))
        (loop $each_row
          (local.set $p0 (local.get $start))
          (local.set $p1 (i32.add (local.get $p0) (local.get $step)))
          (local.set $p2 (i32.add (local.get $p1) (local.get $step)))
          (local.set $p3 (i32.add (local.get $p2) (local.get $step)))
          (local.set $end (i32.add (local.get $p0) (local.get $length)))
          (loop $each_number
            (local.set $wa (v128.load (local.get $w)))
            (local.set $wb (v128.load offset=16 (local.get $w)))
            (local.set $x (v128.load32_splat (local.get $p0)))
            (local.set $a0 (f32x4.add (local.get $a0) (f32x4.mul (local.get $x) (local.get $wa))))
            (local.set $b0 (f32x4.add (local.get $b0) (f32x4.mul (local.get $x) (local.get $wb))))
            (local.set $x (v128.load32_splat (local.get $p1)))
            (local.set $a1 (f32x4.add (local.get $a1) (f32x4.mul (local.get $x) (local.get $wa))))
            (local.set $b1 (f32x4.add (local.get $b1) (f32x4.mul (local.get $x) (local.get $wb))))
            (local.set $x (v128.load32_splat (local.get $p2)))
            (local.set $a2 (f32x4.add (local.get $a2) (f32x4.mul (local.get $x) (local.get $wa))))
            (local.set $b2 (f32x4.add (local.get $b2) (f32x4.mul (local.get $x) (local.get $wb))))
            (local.set $x (v128.load32_splat (local.get $p3)))
            (local.set $a3 (f32x4.add (local.get $a3) (f32x4.mul (local.get $x) (local.get $wa))))
            (local.set $b3 (f32x4.add (local.get $b3) (f32x4.mul (local.get $x) (local.get $wb))))
            (local.set $w (i32.add (local.get $w) (i32.const 32)))
            (local.set $p1 (i32.add (local.get $p1) (i32.const 4)))
            (local.set $p2 (i32.add (local.get $p2) (i32.const 4)))
            (local.set $p3 (i32.add (local.get $p3) (i32.const 4)))
            (br_if $each_number (i32.lt_u
              (local.tee $p0 (i32.add (local.get $p0) (i32.const 4))) (local.get $end))))
          (local.set $start (i32.add (local.get $start) (local.get $pitch)))
          (br_if $each_row (local.tee $row (i32.sub (local.get $row) (i32.const 1)))))
        (v128.store (local.get $y) (local.get $a0))
        (v128.store offset=16 (local.get $y) (local.get $b0))
        (local.set $y (i32.add (local.get $y) (local.get $stride)))
        (v128.store (local.get $y) (local.get $a1))
        (v128.store offset=16 (local.get $y) (local.get $b1))
        (local.set $y (i32.add (local.get $y) (local.get $stride)))
        (v128.store (local.get $y) (local.get $a2))
        (v128.store offset=16 (local.get $y) (local.get $b2))
        (local.set $y (i32.add (local.get $y) (local.get $stride)))
        (v128.store (local.get $y) (local.get $a3))
        (v128.store offset=16 (local.get $y) (local.get $b3))
        (local.set $y (i32.add (local.get $y) (local.get $stride)))
        (local.set $first (i32.add (local.get $first) (i32.shl (local.get $step) (i32.const 2))))
        (br_if $each_four_windows (i32.gt_s
          (local.tee $left (i32.sub (local.get $left) (i32.const 4))) (i32.const 0))))
      (local.set $weights (local.get $w))
      (local.set $out (i32.add (local.get $out) (i32.const 32)))
      (br_if $each_group (local.tee $groups (i32.sub (local.get $groups) (i32.const 1)))))))
