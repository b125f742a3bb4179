//! Distribution shifts of images: noise, blur, weather, digital corruptions and rotation.
