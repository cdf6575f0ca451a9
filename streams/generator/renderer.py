"""Headless OpenGL: takes a `scene.View`, gives the picture, the object buffer, the flow and each object's hidden share."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import moderngl
import numpy as np

from . import signs, textures, vehicles
from .camera import pixels, turned
from .scene import OTHER, SEMANTIC

SHADERS = Path(__file__).parent / "shaders"
TILE, ACROSS = 48, 16
VERTEX = ("3f 3f 2f 3f 4f 3f", "in_position", "in_normal", "in_uv", "in_color", "in_material", "in_bone")


@dataclass
class Rendered:
    """image (h, w, 3) uint8; code (h, w) uint32: id, face bit 16, semantic class in the top byte; flow (h, w, 2) or None;
    full {id: [l, t, w, h]}; amodal {id: (pixels, pixels inside the frame)}."""

    image: np.ndarray
    code: np.ndarray
    flow: np.ndarray | None
    full: dict
    amodal: dict


def moving(scenery):
    """What can be found again in the next view, by mesh and palette: parts on the belt are scenery that moves, each with a palette of its own. Of several
    that look alike none is meant: they stand still."""
    named = [((draw.key, id(draw.palette)), draw) for draw in scenery]
    times = Counter(name for name, _ in named)
    return {name: draw for name, draw in named if times[name] == 1}


class Renderer:
    """One GL context with everything that lasts; worlds add their meshes to it."""

    def __init__(self, size, samples=4, shadow=2048):
        self.size = size
        self.ctx = moderngl.create_context(standalone=True, backend="egl", require=330)
        self.samples = min(samples, self.ctx.max_samples)
        read = lambda name: (SHADERS / f"{name}.glsl").read_text()
        head = "#version 330\n"
        program = lambda vertex, fragment: self.ctx.program(vertex_shader=head + vertex, fragment_shader=head + fragment)
        skin, sky, screen = read("skin"), read("sky"), read("screen.vert")
        self.programs = {
            "surface": program(skin + read("surface.vert"), sky + read("surface.frag")),
            "shadow": program(skin + read("shadow.vert"), read("shadow.frag")),
            "truth": program(skin + read("truth.vert"), read("truth.frag")),
            "amodal": program(skin + read("amodal.vert"), read("amodal.frag")),
            "background": program(screen, sky + read("background.frag")),
            "occlusion": program(screen, read("occlusion.frag")),
            "soften": program(screen, read("soften.frag")),
            "shrink": program(screen, read("shrink.frag")),
            "sensor": program(screen, read("sensor.frag")),
        }
        corners = self.ctx.buffer(np.array([-1, -1, 3, -1, -1, 3], "f4"))
        self.screens = {name: self.ctx.vertex_array(self.programs[name], [(corners, "2f", "in_corner")]) for name in ("background", "occlusion", "soften", "shrink", "sensor")}
        self.meshes = {}
        self._targets(shadow)
        self._tables()

    def _targets(self, shadow):
        ctx, (w, h) = self.ctx, self.size
        half = (w // 2, h // 2)
        self.shadow_map = ctx.depth_texture((shadow, shadow))
        self.shadow_map.compare_func = "<="
        self.shadow_map.filter = (moderngl.LINEAR, moderngl.LINEAR)
        self.shadow_target = ctx.framebuffer(depth_attachment=self.shadow_map)
        self.depth = ctx.depth_texture(self.size)
        self.depth.compare_func = ""
        self.depth.filter = (moderngl.NEAREST, moderngl.NEAREST)
        self.code, self.flow = ctx.texture(self.size, 1, dtype="u4"), ctx.texture(self.size, 2, dtype="f4")
        self.truth_target = ctx.framebuffer([self.code, self.flow], self.depth)
        self.rough_occlusion, self.occlusion = ctx.texture(half, 1, dtype="f1"), ctx.texture(half, 1, dtype="f1")
        self.occlusion_targets = [ctx.framebuffer([t]) for t in (self.rough_occlusion, self.occlusion)]
        self.sampled = ctx.framebuffer([ctx.renderbuffer(self.size, 4, samples=self.samples, dtype="f2")], ctx.depth_renderbuffer(self.size, samples=self.samples))
        self.picture = ctx.texture(self.size, 4, dtype="f2")
        self.picture_target = ctx.framebuffer([self.picture])
        self.glows = [ctx.texture((w // d, h // d), 4, dtype="f2") for d in (2, 4, 8, 16)]
        self.glow_targets = [ctx.framebuffer([t]) for t in self.glows]
        self.final = ctx.texture(self.size, 4)
        self.final_target = ctx.framebuffer([self.final])
        self.atlas = ctx.texture((TILE * ACROSS, TILE * ACROSS), 1)
        self.atlas_target = ctx.framebuffer([self.atlas])
        self.tile_boxes = ctx.texture((ACROSS * ACROSS, 1), 4, dtype="f4")

    def _tables(self):
        ctx = self.ctx
        self.bones, self.next_bones, self.palettes = (ctx.texture((1024, rows), 4, dtype="f4") for rows in (64, 64, 32))
        for table in (self.bones, self.next_bones, self.palettes, self.tile_boxes):
            table.filter = (moderngl.NEAREST, moderngl.NEAREST)
        array = lambda layers: self._mipmapped(ctx.texture_array((layers.shape[2], layers.shape[1], len(layers)), 4, np.ascontiguousarray(layers)))
        self.surface_color, self.surface_detail = map(array, textures.surfaces())
        self.body_color, self.body_detail = map(array, vehicles.liveries_of_bodies())
        self.sign_color = array(signs.pictures())
        noise = textures.sky_noise()
        self.noise = self._mipmapped(ctx.texture((textures.SIZE, textures.SIZE), 2, np.ascontiguousarray(noise)))

    def _mipmapped(self, texture):
        texture.build_mipmaps()
        texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
        if "llvmpipe" not in self.ctx.info["GL_RENDERER"]:  # Mesa 22's software rasteriser hangs in anisotropic lookups
            texture.anisotropy = 8.0
        return texture

    def add(self, key, mesh, keep=True):
        """Upload a mesh under a key; meshes not kept go with `forget`."""
        if key in self.meshes:
            return
        vertices = self.ctx.buffer(np.ascontiguousarray(mesh.vertices, np.float32))
        triangles = self.ctx.buffer(np.ascontiguousarray(mesh.triangles, np.int32))
        instances = self.ctx.buffer(reserve=16 * 512, dynamic=True)
        arrays = {name: self.ctx.vertex_array(self.programs[name], [(vertices, *VERTEX), (instances, "4i/i", "in_instance")], triangles, skip_errors=True) for name in ("surface", "shadow", "truth", "amodal")}
        self.meshes[key] = (arrays, instances, outline(mesh), (vertices, triangles), keep)

    def forget(self):
        """Release the meshes of one world."""
        for key in [k for k, m in self.meshes.items() if not m[4]]:
            arrays, instances, _, buffers, _ = self.meshes.pop(key)
            for item in (*arrays.values(), instances, *buffers):
                item.release()

    def _write(self, table, rows):
        padded = np.zeros((-(-len(rows) // 1024) * 1024, 4), "f4")
        padded[:len(rows)] = rows
        table.write(padded, viewport=(0, 0, 1024, len(padded) // 1024))

    def _set(self, program, **values):
        for name, value in values.items():
            if name in self.programs[program]:
                member = self.programs[program][name]
                if isinstance(value, np.ndarray) and value.shape == (4, 4):
                    member.write(value.T.astype("f4").tobytes())
                else:
                    member.value = tuple(value) if isinstance(value, (np.ndarray, list)) else value

    def _bind(self, program, **samplers):
        for unit, (name, texture) in enumerate(samplers.items()):
            if name in self.programs[program]:
                texture.use(unit)
                self.programs[program][name].value = unit

    def _draw(self, program, groups, column):
        """Draw groups {key: (m, 5) rows of bone, id, palette, semantic, tile}; `column` fills the last instance field."""
        for key, rows in groups.items():
            arrays, instances = self.meshes[key][:2]
            table = np.array(rows, "i4")
            instances.write(np.ascontiguousarray(table[:, [0, 1, 2, column]]))
            arrays[program].render(instances=len(rows))

    def render(self, view, following=None, seed=0):
        """Render a view; with the `following` view also the flow to it."""
        matrix = view.camera.view_projection(self.size)
        every, things, rows, palettes, after = {}, {}, [], [], []
        follow = {t.id: t for t in following.things} if following else {}
        carried = moving(following.scenery) if following else {}
        start, full, tile = 0, {}, 0
        for thing in [None, *view.things]:
            draws = view.scenery if thing is None else thing.draws
            moved = follow.get(thing.id) if thing is not None else None
            boxes = []
            for index, draw in enumerate(draws):
                row = (start, thing.id if thing else 0, len(palettes), SEMANTIC.get(thing.cls, OTHER) if thing else OTHER, tile)
                every.setdefault(draw.key, []).append(row)
                if thing is not None:
                    things.setdefault(draw.key, []).append(row)
                    boxes.append(self._corners(draw, matrix))
                flat = draw.bones.reshape(-1, 4)
                rows.append(flat)
                ahead = carried.get((draw.key, id(draw.palette))) if thing is None else moved and moved.draws[index]
                after.append(ahead.bones.reshape(-1, 4) if ahead else flat)
                palettes.append(draw.palette)
                start += len(flat)
            if thing is not None:
                box = surrounding(boxes)
                full[thing.id] = (tile, box)
                tile += 1
        if tile > ACROSS * ACROSS:
            raise ValueError(f"{tile} objects in one frame; at most {ACROSS * ACROSS}")
        self._write(self.bones, np.concatenate(rows))
        self._write(self.palettes, np.concatenate(palettes))
        if following:
            self._write(self.next_bones, np.concatenate(after))
        amodal = self._amodal(things, full, matrix)
        code, flow = self._truth(every, matrix, following)
        image = self._picture(every, matrix, view, seed)
        return Rendered(image, code, flow, {k: v[1] for k, v in full.items()}, amodal)

    def _corners(self, draw, matrix):
        points, first, second, weight = self.meshes[draw.key][2]
        bones = draw.bones
        carried = lambda index: (bones[index, :, :3] @ points[:, :, None])[..., 0] + bones[index, :, 3]
        place = carried(first)
        if (first != second).any():
            place = weight[:, None] * place + (1 - weight[:, None]) * carried(second)
        return pixels(matrix, place, self.size)

    def _amodal(self, groups, full, matrix):
        boxes = np.tile(np.array([0, 0, 1, 1], "f4"), (ACROSS * ACROSS, 1))
        for tile, box in full.values():
            if box is not None:
                boxes[tile] = (box[0] - 0.5, box[1] - 0.5, box[2] + 1, box[3] + 1)
        self.tile_boxes.write(boxes)
        self.atlas_target.use()
        self.ctx.clear()
        self.ctx.disable(moderngl.DEPTH_TEST)
        self._set("amodal", view_projection=matrix, frame=tuple(map(float, self.size)), tiles=(float(ACROSS), float(ACROSS)))
        self._bind("amodal", bones=self.bones, tile_boxes=self.tile_boxes)
        self._draw("amodal", groups, 4)
        cover = np.frombuffer(self.atlas.read(), np.uint8).reshape(ACROSS, TILE, ACROSS, TILE) > 127
        amodal, (w, h) = {}, self.size
        step = (np.arange(TILE) + 0.5) / TILE
        for id_, (tile, box) in full.items():
            if box is None:
                continue
            mask = cover[tile // ACROSS, :, tile % ACROSS]
            left, top, wide, high = boxes[tile]
            x, y = left + step * wide, top + step * high
            inside = mask[np.ix_((y >= 0) & (y < h), (x >= 0) & (x < w))].sum()
            scale = wide * high / TILE**2
            amodal[id_] = (mask.sum() * scale, inside * scale)
        return amodal

    def _truth(self, groups, matrix, following):
        self.truth_target.use()
        self.truth_target.clear(depth=1.0)
        self.ctx.enable_only(moderngl.DEPTH_TEST)
        ahead = following.camera.view_projection(self.size) if following else matrix
        self._set("truth", view_projection=matrix, next_view_projection=ahead, with_flow=int(following is not None), frame=tuple(map(float, self.size)))
        self._bind("truth", bones=self.bones, next_bones=self.next_bones, sign_color=self.sign_color)
        self._draw("truth", groups, 3)
        w, h = self.size
        code = np.frombuffer(self.code.read(), np.uint32).reshape(h, w)[::-1]
        flow = None
        if following:
            flow = np.frombuffer(self.flow.read(), np.float32).reshape(h, w, 2)[::-1].copy()
            sky = (code == 0) & (not np.array_equal(matrix, ahead))
            flow[sky] = turned(matrix, ahead, np.argwhere(sky)[:, ::-1] + 0.5, self.size)
        return code, flow

    def _picture(self, groups, matrix, view, seed):
        ctx, light = self.ctx, view.light
        eye = np.asarray(view.camera.eye, float)
        unproject = np.linalg.inv(matrix)
        shadow_matrix = shadow_projection(light.sun_direction, view.focus, self.shadow_map.width)
        self.shadow_target.use()
        ctx.clear(depth=1.0)
        ctx.enable_only(moderngl.DEPTH_TEST)
        self._set("shadow", view_projection=shadow_matrix)
        self._bind("shadow", bones=self.bones)
        self._draw("shadow", groups, 3)
        ctx.disable(moderngl.DEPTH_TEST)
        self.occlusion_targets[0].use()
        self._set("occlusion", unproject=unproject, eye=eye, reach=view.focus[4])
        self._bind("occlusion", depth=self.depth)
        self.screens["occlusion"].render()
        self.occlusion_targets[1].use()
        self._bind("soften", picture=self.rough_occlusion, depth=self.depth)
        self.screens["soften"].render()
        day = dict(sun_direction=light.sun_direction, sun_color=light.sun_color, zenith=light.zenith, horizon=light.horizon, ground=light.ground,
                   cloud_color=light.cloud_color, cloud_cover=light.cloud_cover, cloud_shift=light.cloud_shift, eye=eye, fog=light.fog)
        self.sampled.use()
        self.sampled.clear(depth=1.0)
        self._set("background", unproject=unproject, **day)
        self._bind("background", noise=self.noise)
        self.screens["background"].render()
        ctx.enable(moderngl.DEPTH_TEST)
        self._set("surface", view_projection=matrix, shadow_matrix=shadow_matrix, frame=tuple(map(float, self.size)), night=light.night, wet=light.wet, grime=light.grime, **day)
        self._bind("surface", bones=self.bones, palettes=self.palettes, shadow_map=self.shadow_map, occlusion=self.occlusion, noise=self.noise, surface_color=self.surface_color,
                   surface_detail=self.surface_detail, body_color=self.body_color, body_detail=self.body_detail, sign_color=self.sign_color)
        self._draw("surface", groups, 3)
        ctx.copy_framebuffer(self.picture_target, self.sampled)
        ctx.disable(moderngl.DEPTH_TEST)
        source = self.picture
        for texture, target in zip(self.glows, self.glow_targets):
            target.use()
            self._bind("shrink", picture=source)
            self.screens["shrink"].render()
            source = texture
        self.final_target.use()
        self._set("sensor", exposure=light.exposure, bloom=light.bloom, grain=light.grain, vignette=light.vignette, saturation=light.saturation, rain=light.rain,
                  time=view.time, softness=light.softness, balance=light.balance, seed=seed & 0x7FFFFFFF)
        self._bind("sensor", picture=self.picture, glow=self.glows[-1], noise=self.noise)
        self.screens["sensor"].render()
        w, h = self.size
        return np.frombuffer(self.final.read(), np.uint8).reshape(h, w, 4)[::-1, :, :3].copy()


def shadow_projection(sun, focus, texels):
    """The sun's view of a disc about focus (x, y, z, radius, ...), stepping by whole texels so that shadows do not swim."""
    centre, radius = np.array(focus[:3], float), focus[3]
    ahead = -np.asarray(sun, float)
    right = np.cross(ahead, (0.0, 0.0, 1.0))
    right /= np.linalg.norm(right)
    basis = np.stack([right, np.cross(right, ahead), -ahead])
    at = basis @ centre
    texel = 2 * radius / texels
    at[:2] = np.round(at[:2] / texel) * texel
    matrix = np.eye(4)
    depth = 2.5 * radius + 40
    matrix[:3, :3] = basis / np.array([radius, radius, -depth])[:, None]
    matrix[:3, 3] = -at / np.array([radius, radius, -depth])
    return matrix


def outline(mesh, directions=160):
    """Of every bone's vertices those farthest in many directions: enough for tight boxes. Returns points, bones and weights."""
    k = np.arange(directions) + 0.5
    polar, turn = np.arccos(1 - 2 * k / directions), np.pi * (1 + 5**0.5) * k
    ways = np.concatenate([np.stack([np.cos(turn) * np.sin(polar), np.sin(turn) * np.sin(polar), np.cos(polar)], 1), np.eye(3), -np.eye(3)])
    vertices = mesh.vertices
    main = np.where(vertices[:, 17] >= 0.5, vertices[:, 15], vertices[:, 16])
    chosen = [np.nonzero(main == bone)[0][np.unique((vertices[main == bone, :3] @ ways.T).argmax(0))] for bone in np.unique(main)]
    index = np.concatenate(chosen)
    return vertices[index, :3].astype(float), vertices[index, 15].astype(int), vertices[index, 16].astype(int), vertices[index, 17].astype(float)


def surrounding(projected):
    """The box [l, t, w, h] about projected points [(pixels, depth)], or None if they lie behind the camera."""
    points = np.concatenate([p for p, _ in projected])
    ahead = np.concatenate([d for _, d in projected]) > 0.3
    if not ahead.any():
        return None
    low, high = points[ahead].min(0), points[ahead].max(0)
    return [float(v) for v in (*low, *(high - low))]
