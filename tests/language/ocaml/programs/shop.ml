exception Declined of string * int
exception Closed of { road : string; miles : float }
exception Wrapped of string * exn
module Store = struct
  module M = Map.Make (Int)
  let rows = M.add 17 "Ada" M.empty
  let find id = M.find id rows
  let table : (int, string) Hashtbl.t = Hashtbl.create 7
  let look id = Hashtbl.find table id
end
let charge total = if total > 100 then raise (Declined ("insufficient funds", total - 100)) else total
let place id total = let name = Store.find id in String.length name + charge total
let rec deep n = if n = 0 then failwith "bottom" else 1 + deep (n - 1)
let rec endless n = 1 + endless (n + 1)
class truck = object method load n = if n > 3 then invalid_arg "truck is full" else n end
let () = Printexc.register_printer (function Wrapped (s, e) -> Some (s ^ ": " ^ Printexc.to_string e) | _ -> None)
let logged () =
  print_endline "2026-11-20 15:49:23 INFO shop up";
  (try ignore (place 17 120) with e ->
    let b = Printexc.get_backtrace () in
    Printf.printf "2026-11-20 15:49:24 ERROR order 17 failed: %s\n%s" (Printexc.to_string e) b);
  print_endline "2026-11-20 15:49:25 INFO done"
let () =
  match Sys.argv.(1) with
  | "not_found" -> ignore (place 99 1)
  | "hashtbl" -> ignore (Store.look 3)
  | "declined" -> ignore (place 17 120)
  | "record" -> raise (Closed { road = "A1"; miles = 7.5 })
  | "failure" -> ignore (deep 3)
  | "recursion" -> ignore (deep 60)
  | "overflow" -> Printf.printf "%d" (endless 0)
  | "invalid" -> ignore ((new truck)#load 7)
  | "bounds" -> let a = [| 1; 2 |] in Printf.printf "%d" a.(Array.length Sys.argv + 3)
  | "division" -> Printf.printf "%d" (7 / (Array.length Sys.argv - 2))
  | "assert" -> assert (Array.length Sys.argv > 7)
  | "match" -> (match Sys.argv with [| a |] -> print_string a | [| a; b; _ |] -> print_string (a ^ b))  [@warning "-8"]
  | "reraise" -> (try ignore (deep 2) with Failure _ as e -> print_endline "cleaning"; raise e)
  | "wrapped" -> (try ignore (deep 2) with e -> raise (Wrapped ("settlement failed", e)))
  | "finally" -> Fun.protect ~finally:(fun () -> print_endline "closing") (fun () -> ignore (deep 1))
  | "finally_fails" -> Fun.protect ~finally:(fun () -> failwith "cannot close") (fun () -> ignore (deep 1))
  | "multiline" -> failwith "query failed:\nSELECT *\n  FROM roads\nRaised at the depot"
  | "unicode" -> failwith "Größe ungültig — 無効 ☕"
  | "closure" -> List.iter (fun n -> if n > 1 then ignore (charge (n * 100))) [ 1; 2 ]
  | "sys_error" -> ignore (open_in "/nowhere/at/all")
  | "at_exit" -> at_exit (fun () -> failwith "at exit"); print_endline "leaving"
  | "lazy" -> let l = lazy (deep 1) in ignore (Lazy.force l)
  | "printed" -> (try ignore (deep 2) with e -> prerr_endline ("caught " ^ Printexc.to_string e); Printexc.print_backtrace stderr; prerr_endline "done")
  | "callstack" -> print_string ("looking around\n" ^ Printexc.raw_backtrace_to_string (Printexc.get_callstack 5)); print_endline "done"
  | "logged" -> logged ()
  | _ -> ()
